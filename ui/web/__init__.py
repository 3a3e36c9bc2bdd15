"""The web server: courses, each with its chat and reader, behind one door that is checked."""
