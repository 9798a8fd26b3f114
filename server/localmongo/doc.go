// Package localmongo is an embedded server of the MongoDB wire protocol over one SQLite file. The driver connects to it in
// the process, so the same storage code runs on it and on MongoDB. It does the commands that the program uses and refuses
// everything else; it holds no rules of the trade.
//
// A collection is a table clustered by the key of _id; an index is a table from keys to ids. All writes pass one goroutine,
// which commits those that wait together and answers after the commit is on the disk. Reads have connections of their own
// and see every write that was answered.
//
// What MongoDB has and this server refuses: transactions and retryable writes (it presents itself as a standalone server, so
// drivers don't try), regular expressions, $expr and $where, collations, let, the positional operator $ (array filters work),
// updates by pipeline, text, geo, hashed, sparse and wildcard indexes, capped collections, views, validators, users, the
// stages of aggregate beyond newStage, and MinKey, MaxKey, JavaScript and the deprecated BSON types. Decimals can be stored,
// but not indexed or sorted by. A compound index refuses documents with arrays on two of its paths, also when both lie
// in one array.
package localmongo
