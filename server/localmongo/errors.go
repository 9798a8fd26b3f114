package localmongo

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// Errors of Open and Backup. They are wrapped: ask with errors.Is.
var (
	ErrLocked     = errors.New("the store's directory is in use by another process")
	ErrCorrupt    = errors.New("the store's file is damaged")
	ErrFormat     = errors.New("the store's file was not written by this program, or by a newer one")
	ErrUnreadable = errors.New("the store's directory can't be used")
	ErrExists     = errors.New("the backup's file exists already")
	ErrClosed     = errors.New("the store is closed")
)

// code is a MongoDB error code.
type code int32

// The codes that this server answers.
const (
	codeInternal           code = 1
	codeBadValue           code = 2
	codeFailedToParse      code = 9
	codeUnauthorized       code = 13
	codeTypeMismatch       code = 14
	codeOverflow           code = 15
	codeInvalidLength      code = 16
	codeIllegalOperation   code = 20
	codeInvalidBSON        code = 22
	codeNamespaceNotFound  code = 26
	codeIndexNotFound      code = 27
	codePathNotViable      code = 28
	codeConflictingUpdate  code = 40
	codeCursorNotFound     code = 43
	codeNamespaceExists    code = 48
	codeMaxTime            code = 50
	codeInvalidID          code = 53
	codeNotSingleValue     code = 54
	codeCommandNotFound    code = 59
	codeImmutableField     code = 66
	codeCannotCreateIndex  code = 67
	codeInvalidOptions     code = 72
	codeInvalidNamespace   code = 73
	codeIndexOptions       code = 85
	codeIndexKeySpecs      code = 86
	codeShutdown           code = 91
	codeParallelArrays     code = 171
	codeNotImplemented     code = 238
	codeMemoryLimit        code = 292
	codeUnsupportedOpQuery code = 352
	codeMissingField       code = 40414
	codeUnknownField       code = 40415
	codeTooLarge           code = 10334
	codeDuplicateKey       code = 11000
	codeOutOfDisk          code = 14031
	codeUnknownStage       code = 40324
	codeGroupOperator      code = 15952
)

var codeNames = map[code]string{
	codeInternal: "InternalError", codeBadValue: "BadValue", codeFailedToParse: "FailedToParse", codeUnauthorized: "Unauthorized",
	codeTypeMismatch: "TypeMismatch", codeOverflow: "Overflow", codeInvalidLength: "InvalidLength", codeIllegalOperation: "IllegalOperation",
	codeInvalidBSON: "InvalidBSON", codeNamespaceNotFound: "NamespaceNotFound", codeIndexNotFound: "IndexNotFound", codePathNotViable: "PathNotViable",
	codeConflictingUpdate: "ConflictingUpdateOperators", codeCursorNotFound: "CursorNotFound", codeNamespaceExists: "NamespaceExists",
	codeMaxTime: "MaxTimeMSExpired", codeInvalidID: "InvalidIdField", codeNotSingleValue: "NotSingleValueField", codeCommandNotFound: "CommandNotFound",
	codeImmutableField: "ImmutableField", codeCannotCreateIndex: "CannotCreateIndex", codeInvalidOptions: "InvalidOptions",
	codeInvalidNamespace: "InvalidNamespace", codeIndexOptions: "IndexOptionsConflict", codeIndexKeySpecs: "IndexKeySpecsConflict",
	codeShutdown: "ShutdownInProgress", codeParallelArrays: "CannotIndexParallelArrays", codeNotImplemented: "NotImplemented",
	codeMemoryLimit: "QueryExceededMemoryLimitNoDiskUseAllowed", codeUnsupportedOpQuery: "UnsupportedOpQueryCommand",
	codeTooLarge: "BSONObjectTooLarge", codeDuplicateKey: "DuplicateKey", codeOutOfDisk: "OutOfDiskSpace",
}

// commandError is what a client gets to see.
type commandError struct {
	code    code
	message string
	extra   bson.D // more fields of a write error
}

func (e *commandError) Error() string { return e.message }

func failed(c code, format string, args ...any) error {
	return &commandError{code: c, message: fmt.Sprintf(format, args...)}
}

// asCommandError turns any error into what the client may see. Errors that are not answers already say nothing of the inside.
func asCommandError(err error) *commandError {
	var ce *commandError
	switch {
	case errors.As(err, &ce):
		return ce
	case errors.Is(err, ErrClosed):
		return &commandError{code: codeShutdown, message: "the store is closing"}
	case sq.Is(err, sq.Full):
		return &commandError{code: codeOutOfDisk, message: "no space left for the store: nothing of this write was kept"}
	case sq.Is(err, sq.Corrupt), sq.Is(err, sq.NotADB):
		return &commandError{code: codeInternal, message: "the store's file is damaged"}
	default:
		return &commandError{code: codeInternal, message: "internal error of the store"}
	}
}

// reply is the error as the answer of a command.
func (e *commandError) reply() bson.D {
	d := bson.D{{Key: "ok", Value: 0.0}, {Key: "errmsg", Value: e.message}, {Key: "code", Value: int32(e.code)}}
	if n := codeNames[e.code]; n != "" {
		d = append(d, bson.E{Key: "codeName", Value: n})
	}
	return append(d, e.extra...)
}

// writeError is the error as an entry of writeErrors.
func (e *commandError) writeError(index int) bson.D {
	d := bson.D{{Key: "index", Value: int32(index)}, {Key: "code", Value: int32(e.code)}, {Key: "errmsg", Value: e.message}} //nolint:gosec // G115: at most 100000
	return append(d, e.extra...)
}
