// Program provider stands in for the provider hashicorp/aws of Terraform and OpenTofu, where
// no registry of providers is reachable. It has the schema of the resources that this
// repository uses, and makes no calls to AWS: a plan leaves computed attributes unknown, and
// an apply makes values up for them.
//
// It finds unknown resources and arguments, missing arguments, values of a wrong type, and
// errors in references, expressions, validations and tests. It does not know which values
// AWS accepts, which arguments exclude one another, defaults, and which changes replace a
// resource.
package main

import (
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "provider:", err)
		os.Exit(1)
	}
}

func run() error {
	schemas, err := parseSchemas(schemaJSON)
	if err != nil {
		return err
	}

	server := newServer(schemas)

	return tf6server.Serve("registry.opentofu.org/hashicorp/aws", func() tfprotov6.ProviderServer { return server })
}
