#!/usr/bin/env bash
# Install Chromium, a Chinese font and LibreOffice's sheets from Debian, as root or with a sudo that asks nothing; elsewhere
# leave it to the reader.
set -euo pipefail
packages=(chromium fonts-noto-cjk libreoffice-calc)

command -v chromium >/dev/null && command -v soffice >/dev/null && compgen -G '/usr/share/fonts/*/*/*CJK*' >/dev/null && exit 0
command -v apt-get >/dev/null || exit 0
if [ "$(id -u)" = 0 ]; then as=()
elif sudo -n true 2>/dev/null; then as=(sudo -n)
else
  echo "Browser tests will be skipped until Chromium is there: sudo apt-get install ${packages[*]}"
  exit 0
fi
echo "Installing ${packages[*]} for the browser tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { "${as[@]}" apt-get update && "${as[@]}" apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log"
  echo "Chromium could not be installed; browser tests will be skipped."
fi
