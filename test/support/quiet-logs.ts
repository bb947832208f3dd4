/** Imported before the handlers: their request logs would bury the report of the tests. */
process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
