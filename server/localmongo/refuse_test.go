package localmongo

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
)

// TestRefusals lists what is answered with an error, also on collections that do not exist.
func TestRefusals(t *testing.T) {
	_, c := start(t, Options{})
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}, {Key: "a", Value: int32(1)}, {Key: "n", Value: int64(1)<<62 + 5}, {Key: "list", Value: bson.A{int32(1)}}}); err != nil {
		t.Fatal(err)
	}
	find := func(filter bson.D, more ...bson.E) bson.D {
		return append(bson.D{{Key: "find", Value: "docs"}, {Key: "filter", Value: filter}}, more...)
	}
	on := func(op string, v any) bson.D { return bson.D{{Key: "a", Value: bson.D{{Key: op, Value: v}}}} }
	update := func(u any, more ...bson.E) bson.D {
		entry := append(bson.D{{Key: "q", Value: bson.D{}}, {Key: "u", Value: u}}, more...)
		return bson.D{{Key: "update", Value: "docs"}, {Key: "updates", Value: bson.A{entry}}}
	}
	index := func(key any, more ...bson.E) bson.D {
		spec := append(bson.D{{Key: "key", Value: key}, {Key: "name", Value: "i"}}, more...)
		return bson.D{{Key: "createIndexes", Value: "docs"}, {Key: "indexes", Value: bson.A{spec}}}
	}
	pipe := func(s bson.D) bson.D {
		return bson.D{{Key: "aggregate", Value: "docs"}, {Key: "cursor", Value: bson.D{}}, {Key: "pipeline", Value: bson.A{s}}}
	}
	one := bson.D{{Key: "a", Value: int32(1)}}
	cases := []struct {
		name string
		cmd  bson.D
		code code
	}{
		{"an unknown command", bson.D{{Key: "mapReduce", Value: "docs"}}, codeCommandNotFound},
		{"an unknown field of find", find(one, bson.E{Key: "fitler", Value: one}), codeUnknownField},
		{"a collation", find(one, bson.E{Key: "collation", Value: bson.D{{Key: "locale", Value: "zh"}}}), codeNotImplemented},
		{"a tailable cursor", find(one, bson.E{Key: "tailable", Value: true}), codeNotImplemented},
		{"let", find(one, bson.E{Key: "let", Value: one}), codeNotImplemented},
		{"a transaction", find(one, bson.E{Key: "txnNumber", Value: int64(1)}, bson.E{Key: "startTransaction", Value: true}), codeIllegalOperation},
		{"a snapshot", find(one, bson.E{Key: "readConcern", Value: bson.D{{Key: "level", Value: "snapshot"}}}), codeNotImplemented},
		{"w: 3", append(update(bson.D{{Key: "$set", Value: one}}), bson.E{Key: "writeConcern", Value: bson.D{{Key: "w", Value: int32(3)}}}), codeBadValue},
		{"an unknown operator", find(on("$near", int32(1))), codeBadValue},
		{"an unknown operator inside $or", find(bson.D{{Key: "$or", Value: bson.A{one, on("$foo", int32(1))}}}), codeBadValue},
		{"$where", find(bson.D{{Key: "$where", Value: "true"}}), codeBadValue},
		{"$expr", find(bson.D{{Key: "$expr", Value: true}}), codeBadValue},
		{"a regular expression", find(bson.D{{Key: "a", Value: primitive.Regex{Pattern: "x"}}}), codeNotImplemented},
		{"a regular expression in $in", find(on("$in", bson.A{primitive.Regex{Pattern: "x"}})), codeNotImplemented},
		{"$regex", find(on("$regex", "x")), codeBadValue},
		{"$in without an array", find(on("$in", int32(1))), codeBadValue},
		{"$size of a text", find(on("$size", "x")), codeBadValue},
		{"an operator beside a field", find(bson.D{{Key: "a", Value: bson.D{{Key: "$gt", Value: int32(1)}, {Key: "b", Value: int32(1)}}}}), codeBadValue},
		{"an empty $and", find(bson.D{{Key: "$and", Value: bson.A{}}}), codeBadValue},
		{"a sort by text", find(one, bson.E{Key: "sort", Value: bson.D{{Key: "a", Value: "asc"}}}), codeBadValue},
		{"a mixed projection", find(one, bson.E{Key: "projection", Value: bson.D{{Key: "a", Value: 1}, {Key: "b", Value: 0}}}), 31254},
		{"a projection by expression", find(one, bson.E{Key: "projection", Value: bson.D{{Key: "x", Value: "$a"}}}), codeNotImplemented},
		{"a filter that is no document", bson.D{{Key: "find", Value: "docs"}, {Key: "filter", Value: "a"}}, codeTypeMismatch},
		{"a negative limit", find(one, bson.E{Key: "limit", Value: int32(-1)}), codeBadValue},
		{"a hint without an index", find(one, bson.E{Key: "hint", Value: "none"}), codeBadValue},
		{"an unknown update operator", update(bson.D{{Key: "$sett", Value: one}}), codeFailedToParse},
		{"a pipeline update", update(bson.A{bson.D{{Key: "$set", Value: one}}}), codeNotImplemented},
		{"a positional update", update(bson.D{{Key: "$set", Value: bson.D{{Key: "list.$", Value: int32(1)}}}}), codeNotImplemented},
		{"an array filter that is missing", update(bson.D{{Key: "$set", Value: bson.D{{Key: "list.$[i]", Value: int32(1)}}}}), codeBadValue},
		{"an array filter that is not used", update(bson.D{{Key: "$set", Value: one}}, bson.E{Key: "arrayFilters", Value: bson.A{bson.D{{Key: "i", Value: int32(1)}}}}), codeFailedToParse},
		{"a change of _id", update(bson.D{{Key: "$set", Value: bson.D{{Key: "_id", Value: "y"}}}}), codeImmutableField},
		{"removing _id", update(bson.D{{Key: "$unset", Value: bson.D{{Key: "_id", Value: ""}}}}), codeImmutableField},
		{"replacing with another _id", update(bson.D{{Key: "_id", Value: "y"}}), codeImmutableField},
		{"a multi replacement", update(one, bson.E{Key: "multi", Value: true}), codeFailedToParse},
		{"$inc of a text", update(bson.D{{Key: "$inc", Value: bson.D{{Key: "a", Value: "1"}}}}), codeTypeMismatch},
		{"an overflow of 64 bits", update(bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: int64(1) << 62}}}}), codeBadValue},
		{"an overflow by $mul", update(bson.D{{Key: "$mul", Value: bson.D{{Key: "n", Value: int32(4)}}}}), codeBadValue},
		{"a path through a number", update(bson.D{{Key: "$set", Value: bson.D{{Key: "a.b", Value: int32(1)}}}}), codePathNotViable},
		{"two changes of one path", update(bson.D{{Key: "$set", Value: one}, {Key: "$inc", Value: one}}), codeConflictingUpdate},
		{"an array of ten million", update(bson.D{{Key: "$set", Value: bson.D{{Key: "list.10000000", Value: int32(1)}}}}), codeBadValue},
		{"$push with a stray clause", update(bson.D{{Key: "$push", Value: bson.D{{Key: "list", Value: bson.D{{Key: "$slice", Value: int32(1)}}}}}}), codeBadValue},
		{"an array as _id", bson.D{{Key: "insert", Value: "docs"}, {Key: "documents", Value: bson.A{bson.D{{Key: "_id", Value: bson.A{}}}}}}, codeInvalidID},
		{"a type that is not supported", bson.D{{Key: "insert", Value: "docs"}, {Key: "documents", Value: bson.A{bson.D{{Key: "a", Value: primitive.MaxKey{}}}}}}, codeNotImplemented},
		{"no documents", bson.D{{Key: "insert", Value: "docs"}, {Key: "documents", Value: bson.A{}}}, codeInvalidLength},
		{"a delete limit of two", bson.D{{Key: "delete", Value: "docs"}, {Key: "deletes", Value: bson.A{bson.D{{Key: "q", Value: bson.D{}}, {Key: "limit", Value: int32(2)}}}}}, codeFailedToParse},
		{"a text index", index(bson.D{{Key: "a", Value: "text"}}), codeNotImplemented},
		{"a sparse index", index(one, bson.E{Key: "sparse", Value: true}), codeNotImplemented},
		{"a partial index with $ne", index(one, bson.E{Key: "partialFilterExpression", Value: on("$ne", int32(1))}), codeCannotCreateIndex},
		{"a compound TTL index", index(bson.D{{Key: "a", Value: 1}, {Key: "b", Value: 1}}, bson.E{Key: "expireAfterSeconds", Value: int32(1)}), codeCannotCreateIndex},
		{"$lookup", pipe(bson.D{{Key: "$lookup", Value: bson.D{}}}), codeUnknownStage},
		{"$avg", pipe(bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: nil}, {Key: "x", Value: bson.D{{Key: "$avg", Value: "$a"}}}}}}), codeGroupOperator},
		{"a capped collection", bson.D{{Key: "create", Value: "new"}, {Key: "capped", Value: true}}, codeNotImplemented},
		{"a cursor that is not there", bson.D{{Key: "getMore", Value: int64(77)}, {Key: "collection", Value: "docs"}}, codeCursorNotFound},
		{"dropping an index that is not there", bson.D{{Key: "dropIndexes", Value: "docs"}, {Key: "index", Value: "none"}}, codeIndexNotFound},
		{"a collection's name with $", bson.D{{Key: "find", Value: "a$b"}}, codeInvalidNamespace},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			err := c.Database().RunCommand(t.Context(), x.cmd).Err()
			var ce mongo.ServerError
			if !errors.As(err, &ce) || !ce.HasErrorCode(int(x.code)) {
				t.Fatalf("want code %d, got %v", x.code, err)
			}
			var d bson.D
			if err := c.FindOne(t.Context(), bson.D{{Key: "_id", Value: "x"}}).Decode(&d); err != nil {
				t.Fatal(err)
			}
			if got := show(d); got != show(bson.D{{Key: "_id", Value: "x"}, {Key: "a", Value: int32(1)}, {Key: "n", Value: int64(1)<<62 + 5}, {Key: "list", Value: bson.A{int32(1)}}}) {
				t.Fatalf("the document changed: %s", got)
			}
		})
	}
}
