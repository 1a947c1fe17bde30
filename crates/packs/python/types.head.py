"""What each call takes and gives. A thing that the service keeps is one type, whichever action gives it.

What identifies a thing is there wherever one is given. A number that a `float` does not hold exactly is the
text that was written.
"""

# Made from the connector's schemas.

from typing import Any, Literal, NotRequired, TypedDict
