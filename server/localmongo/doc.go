// Package localmongo is an embedded server of the MongoDB wire protocol over one SQLite file. The driver connects to it in
// the process, so the same storage code runs on it and on MongoDB. It does the commands that the program uses and refuses
// everything else; it holds no rules of the trade.
//
// A collection is a table clustered by the key of _id; an index is a table from keys to ids. All writes pass one goroutine,
// which commits those that wait together and answers after the commit is on the disk. Reads have connections of their own
// and see every write that was answered.
package localmongo
