"""All that the bindings export: each call is noted by the name of its type, and ends the process where it doesn't return."""

import faulthandler
import functools
import os
import sys
import threading
import types

LIMIT_S = 60

called = set()


def watch(module):
    """Wraps all functions and methods that the module exports, and returns their names."""
    names = set()

    def wrap(owner, prefix):
        for name, member in list(vars(owner).items()):
            if name.startswith("_"):
                continue
            if isinstance(member, types.FunctionType):
                setattr(owner, name, _watched(prefix + name, member))
            elif isinstance(member, classmethod):
                setattr(owner, name, classmethod(_watched(prefix + name, member.__func__)))
            else:
                continue
            names.add(prefix + name)

    for name in module.__all__:
        exported = getattr(module, name)
        if isinstance(exported, types.FunctionType):
            setattr(module, name, _watched(name, exported))
            names.add(name)
        elif isinstance(exported, type) and issubclass(exported, Exception):
            # Each case of an error is a class of its own, with the methods of all.
            for case in vars(exported).values():
                if isinstance(case, type):
                    wrap(case, f"{name}.")
        elif "_uniffi_make_instance" in vars(exported) and not name.endswith("Impl"):
            wrap(exported, f"{name}.")
    return names


def _watched(name, call):
    @functools.wraps(call)
    def watched(*args, **kwargs):
        called.add(name)
        late = threading.Timer(LIMIT_S, _end, [name])
        late.daemon = True
        late.start()
        try:
            return call(*args, **kwargs)
        finally:
            late.cancel()

    return watched


def _end(name):
    print(f"{name} doesn't return", file=sys.stderr)
    faulthandler.dump_traceback()
    os._exit(1)
