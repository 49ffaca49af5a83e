# Prints those of a person's pip settings whose names are the arguments, from
# their files and variables, as pip would apply them to an installation. (The
# command `pip config list` is itself subject to the settings: `quiet` silences it.)
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
