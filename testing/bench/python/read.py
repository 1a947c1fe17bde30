"""Reads the Pins of a board with Pinterest's own SDK: python read.py BOARD ORIGIN TOKEN"""

import json
import resource
import sys

from openapi_generated.pinterest_client import Configuration
from pinterest.client import PinterestSDKClient
from pinterest.organic.boards import Board

# The most that the SDK allows.
PAGE_SIZE = 100

board_id, origin, token = sys.argv[1:]
client = PinterestSDKClient(configuration=Configuration(host=f"{origin}/v5", access_token=token))
board = Board(board_id=board_id, client=client)
pins, bookmark = board.list_pins(page_size=PAGE_SIZE)
items = len(pins)
while bookmark:
    pins, bookmark = bookmark.get_next()
    items += len(pins)

used = resource.getrusage(resource.RUSAGE_SELF)
cpu_us = round((used.ru_utime + used.ru_stime) * 1e6)
print(json.dumps({"items": items, "cpu_us": cpu_us, "peak": used.ru_maxrss}))
