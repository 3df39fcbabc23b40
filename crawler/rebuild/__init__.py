"""Posts and catalog anew from the captures, by today's parser and without asking Sina."""
