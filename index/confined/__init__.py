"""Work on what strangers made, in processes that have no files, no network and little memory.

`process.py` starts one and asks it, `child_main.py` is what runs in it, `confinement.py` is what it
gives up before it sees anything, and `frames.py` what travels between the two.
"""
