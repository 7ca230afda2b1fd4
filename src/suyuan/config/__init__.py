"""Settings, URLs and the database backends: the one place that knows every other package. Nothing imports it but by
Django's own settings."""
