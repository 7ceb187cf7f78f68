"""An adversary of the program: random inputs, each judged by means that share nothing with the program."""
