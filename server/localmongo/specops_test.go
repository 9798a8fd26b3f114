package localmongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

// specArgs are the arguments of an operation of the driver's cases.
type specArgs struct {
	filter, update, replacement, document, sort, projection bson.Raw
	hint, comment                                           any
	documents, pipeline                                     []any
	arrayFilters                                            *options.ArrayFilters
	limit, skip                                             *int64
	batchSize                                               *int32
	upsert, ordered, bypass, diskUse                        *bool
	after                                                   *options.ReturnDocument
	field, name                                             string
	keys                                                    bson.Raw
	unique                                                  *bool
	requests                                                []bson.Raw
	updatePipeline                                          any
	let                                                     any
}

func (a *specArgs) parse(r bson.Raw) error {
	elems, err := r.Elements()
	if err != nil {
		return err
	}
	for _, e := range elems {
		v := e.Value()
		n, _ := v.AsInt64OK()
		n32 := int32(n)
		on, _ := v.BooleanOK()
		doc, _ := v.DocumentOK()
		switch e.Key() {
		case "filter":
			a.filter = doc
		case "update":
			if v.Type == bson.TypeArray {
				list, err := rawList(v)
				if err != nil {
					return err
				}
				a.updatePipeline = list
			}
			a.update = doc
		case "replacement":
			a.replacement = doc
		case "document":
			a.document = doc
		case "sort":
			a.sort = doc
		case "projection":
			a.projection = doc
		case "hint":
			a.hint = doc
			if name, ok := v.StringValueOK(); ok {
				a.hint = name
			}
		case "comment":
			a.comment = v
		case "documents", "pipeline", "arrayFilters", "requests":
			list, err := rawList(v)
			if err != nil {
				return err
			}
			switch e.Key() {
			case "documents":
				a.documents = list
			case "pipeline":
				a.pipeline = list
			case "arrayFilters":
				a.arrayFilters = &options.ArrayFilters{Filters: list}
			default:
				for _, x := range list {
					a.requests = append(a.requests, as[bson.Raw](x))
				}
			}
		case "limit":
			a.limit = &n
		case "skip":
			a.skip = &n
		case "batchSize":
			a.batchSize = &n32
		case "upsert":
			a.upsert = &on
		case "ordered":
			a.ordered = &on
		case "bypassDocumentValidation":
			a.bypass = &on
		case "allowDiskUse":
			a.diskUse = &on
		case "returnDocument":
			after := options.Before
			if v.StringValue() == "After" {
				after = options.After
			}
			a.after = &after
		case "fieldName":
			a.field = v.StringValue()
		case "keys":
			a.keys = doc
		case "name":
			a.name = v.StringValue()
		case "unique":
			a.unique = &on
		case "let":
			a.let = doc
		default:
			return notDone("argument " + e.Key())
		}
	}
	return nil
}

func rawList(v bson.RawValue) ([]any, error) {
	arr, ok := v.ArrayOK()
	if !ok {
		return nil, errors.New("not an array")
	}
	vals, err := arr.Values()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, x := range vals {
		out = append(out, x.Document())
	}
	return out, nil
}

func (a specArgs) change() any {
	if a.updatePipeline != nil {
		return a.updatePipeline
	}
	return a.update
}

func collectionOptions(o *options.CollectionOptions, b bson.Raw) error {
	var c struct {
		ReadConcern  struct{ Level string }
		WriteConcern struct{ W any }
	}
	if err := bson.Unmarshal(b, &c); err != nil {
		return err
	}
	if c.ReadConcern.Level != "" {
		o.SetReadConcern(&readconcern.ReadConcern{Level: c.ReadConcern.Level})
	}
	if w, ok := c.WriteConcern.W.(int32); ok {
		o.SetWriteConcern(&writeconcern.WriteConcern{W: int(w)})
	}
	return nil
}

type specDo func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error)

var specOperations = map[string]specDo{
	"find": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.Find()
		o.BatchSize, o.Limit, o.Skip, o.AllowDiskUse = a.batchSize, a.limit, a.skip, a.diskUse
		if a.sort != nil {
			o.Sort = a.sort
		}
		if a.projection != nil {
			o.Projection = a.projection
		}
		if a.let != nil {
			o.Let = a.let
		}
		o.Hint = a.hint
		cur, err := c.Find(ctx, a.filter, o)
		return all(ctx, cur, err)
	},
	"aggregate": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.Aggregate()
		o.BatchSize, o.AllowDiskUse, o.BypassDocumentValidation, o.Hint = a.batchSize, a.diskUse, a.bypass, a.hint
		if a.let != nil {
			o.Let = a.let
		}
		cur, err := c.Aggregate(ctx, a.pipeline, o)
		return all(ctx, cur, err)
	},
	"countDocuments": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.Count()
		o.Limit, o.Skip = a.limit, a.skip
		return c.CountDocuments(ctx, a.filter, o)
	},
	"estimatedDocumentCount": func(ctx context.Context, c *mongo.Collection, _ specArgs) (any, error) {
		return c.EstimatedDocumentCount(ctx)
	},
	"distinct": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		v, err := c.Distinct(ctx, a.field, a.filter)
		return bson.A(v), err
	},
	"insertOne": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.InsertOne()
		o.BypassDocumentValidation = a.bypass
		r, err := c.InsertOne(ctx, a.document, o)
		if err != nil {
			return nil, err
		}
		return bson.D{{Key: "insertedId", Value: r.InsertedID}}, nil
	},
	"insertMany": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.InsertMany()
		o.Ordered = a.ordered
		_, err := c.InsertMany(ctx, a.documents, o)
		return nil, err
	},
	"updateOne": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		return updated(c.UpdateOne(ctx, a.filter, a.change(), a.updateOptions()))
	},
	"updateMany": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		return updated(c.UpdateMany(ctx, a.filter, a.change(), a.updateOptions()))
	},
	"replaceOne": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.Replace()
		o.Upsert, o.Hint, o.BypassDocumentValidation = a.upsert, a.hint, a.bypass
		if a.let != nil {
			o.Let = a.let
		}
		return updated(c.ReplaceOne(ctx, a.filter, a.replacement, o))
	},
	"deleteOne": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		return deleted(c.DeleteOne(ctx, a.filter, a.deleteOptions()))
	},
	"deleteMany": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		return deleted(c.DeleteMany(ctx, a.filter, a.deleteOptions()))
	},
	"findOneAndUpdate": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.FindOneAndUpdate()
		o.Upsert, o.ReturnDocument, o.ArrayFilters, o.Hint = a.upsert, a.after, a.arrayFilters, a.hint
		if a.sort != nil {
			o.Sort = a.sort
		}
		if a.let != nil {
			o.Let = a.let
		}
		return single(c.FindOneAndUpdate(ctx, a.filter, a.change(), o))
	},
	"findOneAndReplace": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.FindOneAndReplace()
		o.Upsert, o.ReturnDocument, o.Hint = a.upsert, a.after, a.hint
		if a.let != nil {
			o.Let = a.let
		}
		return single(c.FindOneAndReplace(ctx, a.filter, a.replacement, o))
	},
	"findOneAndDelete": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.FindOneAndDelete()
		o.Hint = a.hint
		if a.let != nil {
			o.Let = a.let
		}
		return single(c.FindOneAndDelete(ctx, a.filter, o))
	},
	"createIndex": func(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
		o := options.Index()
		o.Unique = a.unique
		if a.name != "" {
			o.SetName(a.name)
		}
		return c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: a.keys, Options: o})
	},
	"bulkWrite": bulkWrite,
}

func (a specArgs) updateOptions() *options.UpdateOptions {
	o := options.Update()
	o.Upsert, o.ArrayFilters, o.Hint, o.BypassDocumentValidation = a.upsert, a.arrayFilters, a.hint, a.bypass
	if a.let != nil {
		o.Let = a.let
	}
	return o
}

func (a specArgs) deleteOptions() *options.DeleteOptions {
	o := options.Delete()
	o.Hint = a.hint
	if a.let != nil {
		o.Let = a.let
	}
	return o
}

func all(ctx context.Context, cur *mongo.Cursor, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	out := []bson.D{}
	err = cur.All(ctx, &out)
	return out, err
}

func single(r *mongo.SingleResult) (any, error) {
	var d bson.D
	if err := r.Decode(&d); err != nil {
		return nil, err
	}
	return d, nil
}

func updated(r *mongo.UpdateResult, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	d := bson.D{{Key: "matchedCount", Value: r.MatchedCount}, {Key: "modifiedCount", Value: r.ModifiedCount}, {Key: "upsertedCount", Value: r.UpsertedCount}}
	if r.UpsertedID != nil {
		d = append(d, bson.E{Key: "upsertedId", Value: r.UpsertedID})
	}
	return d, nil
}

func deleted(r *mongo.DeleteResult, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return bson.D{{Key: "deletedCount", Value: r.DeletedCount}}, nil
}

func bulkWrite(ctx context.Context, c *mongo.Collection, a specArgs) (any, error) {
	var models []mongo.WriteModel
	for _, r := range a.requests {
		m, err := writeModel(r)
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	o := options.BulkWrite()
	o.Ordered, o.BypassDocumentValidation = a.ordered, a.bypass
	if a.let != nil {
		o.Let = a.let
	}
	r, err := c.BulkWrite(ctx, models, o)
	if err != nil {
		return nil, err
	}
	ids := bson.D{}
	for i, id := range r.UpsertedIDs {
		ids = append(ids, bson.E{Key: fmt.Sprint(i), Value: id})
	}
	return bson.D{
		{Key: "insertedCount", Value: r.InsertedCount},
		{Key: "matchedCount", Value: r.MatchedCount},
		{Key: "modifiedCount", Value: r.ModifiedCount},
		{Key: "deletedCount", Value: r.DeletedCount},
		{Key: "upsertedCount", Value: r.UpsertedCount},
		{Key: "upsertedIds", Value: ids},
	}, nil
}

func writeModel(r bson.Raw) (mongo.WriteModel, error) {
	elems, err := r.Elements()
	if err != nil {
		return nil, err
	}
	a := specArgs{}
	if err := a.parse(elems[0].Value().Document()); err != nil {
		return nil, err
	}
	switch elems[0].Key() {
	case "insertOne":
		return mongo.NewInsertOneModel().SetDocument(a.document), nil
	case "updateOne":
		return &mongo.UpdateOneModel{Upsert: a.upsert, Filter: a.filter, Update: a.change(), ArrayFilters: a.arrayFilters, Hint: a.hint}, nil
	case "updateMany":
		return &mongo.UpdateManyModel{Upsert: a.upsert, Filter: a.filter, Update: a.change(), ArrayFilters: a.arrayFilters, Hint: a.hint}, nil
	case "replaceOne":
		return &mongo.ReplaceOneModel{Upsert: a.upsert, Filter: a.filter, Replacement: a.replacement, Hint: a.hint}, nil
	case "deleteOne":
		return &mongo.DeleteOneModel{Filter: a.filter, Hint: a.hint}, nil
	case "deleteMany":
		return &mongo.DeleteManyModel{Filter: a.filter, Hint: a.hint}, nil
	default:
		return nil, notDone("bulk write of " + elems[0].Key())
	}
}
