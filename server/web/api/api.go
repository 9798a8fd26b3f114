package api

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// Mount puts the API's frame on the application: its description is at /api/openapi.json.
// Add the operations to what it returns.
func Mount(app *fiber.App, service, version string) huma.API {
	c := huma.DefaultConfig(service, version)
	c.OpenAPIPath = "/api/openapi"
	c.DocsPath, c.SchemasPath = "", ""
	c.CreateHooks = nil // no $schema links in answers
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"channel":     {Type: "http", Scheme: "bearer", Description: "the channel's API key"},
		"institution": {Type: "http", Scheme: "bearer", Description: "the API key of an institution that verifies certificates"},
	}
	return humafiber.New(app, c)
}
