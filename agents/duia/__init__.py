"""DUIA: pages as messages of the A2UI protocol, against a catalogue of our own."""
