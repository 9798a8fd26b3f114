package localmongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// wireVersion is that of MongoDB 7.0. The server presents itself as a standalone one, so drivers use neither retryable
// writes nor transactions.
const wireVersion = int32(21)

func hello(_ context.Context, r *request) (bson.D, error) {
	for _, f := range r.args {
		switch string(f.key) {
		case "helloOk", "client", "compression", "loadBalanced", "backpressure":
			// what the client can do; none of it is used
		case "saslSupportedMechs", "speculativeAuthenticate":
			return nil, failed(codeNotImplemented, "there are no users here")
		default:
			return nil, r.unsupported(f)
		}
	}
	primary := "isWritablePrimary"
	if r.name != "hello" {
		primary = "ismaster"
	}
	return ok(
		bson.E{Key: "helloOk", Value: true},
		bson.E{Key: primary, Value: true},
		bson.E{Key: "maxBsonObjectSize", Value: int32(maxDocument)},
		bson.E{Key: "maxMessageSizeBytes", Value: int32(maxMessage)},
		bson.E{Key: "maxWriteBatchSize", Value: int32(maxWriteBatch)},
		bson.E{Key: "localTime", Value: primitive.NewDateTimeFromTime(r.s.now())},
		bson.E{Key: "logicalSessionTimeoutMinutes", Value: int32(30)},
		bson.E{Key: "connectionId", Value: r.conn},
		bson.E{Key: "minWireVersion", Value: int32(0)},
		bson.E{Key: "maxWireVersion", Value: wireVersion},
		bson.E{Key: "readOnly", Value: false},
	), nil
}

func ping(_ context.Context, r *request) (bson.D, error) { return ok(), r.noArgs() }

func endSessions(_ context.Context, r *request) (bson.D, error) { return ok(), r.noArgs() }

func buildInfo(_ context.Context, r *request) (bson.D, error) {
	return ok(
		bson.E{Key: "version", Value: "7.0.0"},
		bson.E{Key: "versionArray", Value: bson.A{int32(7), int32(0), int32(0), int32(0)}},
		bson.E{Key: "modules", Value: bson.A{"localmongo"}},
		bson.E{Key: "bits", Value: int32(64)},
		bson.E{Key: "maxBsonObjectSize", Value: int32(maxDocument)},
	), r.noArgs()
}
