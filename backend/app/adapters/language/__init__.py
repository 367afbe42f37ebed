"""Language servers: programs that know what a name in source code stands for."""
