"""Cases that come with Détente, one file each; `detente.case.catalogue` lists and finds them."""
