# Prints a person's pip settings whose names are the arguments, with the values
# that `pip install` would use from files and variables. The command `pip config
# list` obeys the settings itself: with `quiet`, it prints nothing.
import json, sys
from pip._internal.configuration import Configuration
from pip._internal.exceptions import ConfigurationError

settings = Configuration(isolated=False)
try:
    settings.load()
except ConfigurationError as error:
    sys.exit(str(error))
found = {}
for section in "global", "install", ":env:":
    for name in sys.argv[1:]:
        try:
            found[name] = str(settings.get_value(f"{section}.{name}"))
        except ConfigurationError:
            pass
print(json.dumps(found))
