"""Where it crashed: a host sees no traceback."""

from collections.abc import Callable
from typing import Any

from componentize_py_types import Err
from wit_world.imports import diagnostics


def telling[T](interface: type[T]) -> type[T]:
    """Lets the functions of an interface leave word of a crash. Errors of the contract go through."""
    for name, function in list(vars(interface).items()):
        if not name.startswith("_"):
            setattr(interface, name, _told(function))
    return interface


def _told(function: Callable[..., Any]) -> Callable[..., Any]:
    def told(*given: Any) -> Any:
        try:
            return function(*given)
        except Err:
            raise
        except BaseException as fault:
            _leave_word(fault)
            raise

    return told


def _leave_word(fault: BaseException) -> None:
    places, words = fault.__traceback__, []
    while places:
        words.append(f"{places.tb_frame.f_code.co_filename}:{places.tb_lineno}")
        places = places.tb_next
    diagnostics.last_words("\n".join([*words[1:], f"{type(fault).__name__}: {fault}"]))
