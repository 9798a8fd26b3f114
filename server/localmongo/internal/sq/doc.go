// Package sq is a small binding to SQLite's C interface as modernc.org/sqlite/lib offers it: connections that keep their
// statements prepared. (The database/sql driver prepares anew on every call.) It knows nothing of documents.
package sq
