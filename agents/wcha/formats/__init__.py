"""One module per format; each turns a source's content into blocks of text."""
