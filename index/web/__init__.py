"""Texts from the web: what may be asked, asking it, and the pages below one address.

`addresses.py` reads addresses and `public.py` says which are everybody's; `network.py` connects to
what was checked and nothing else, `fetching.py` asks for one page, `reading.py` reads links, site
maps and robots.txt in a confined process, `site.py` goes from page to page, and `visits.py` keeps
what the next run can ask with.
"""
