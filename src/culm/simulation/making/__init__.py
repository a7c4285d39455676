"""How each kind of command is made up: most of them sensible, all of them possible from outside."""
