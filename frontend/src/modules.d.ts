declare module "@tabler/core/dist/js/tabler.esm.min.js";
