"""Node.js and npm of this machine, as builds use them."""
