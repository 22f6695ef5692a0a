"""Static files as production serves them: hashed and compressed, the imports between our script modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """A module of ours imports another by its hashed name, so that both may be cached for ever.

    Only ours: modules of installed packages may import what only their own bundler finds.
    """

    _, IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
