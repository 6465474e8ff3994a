package price_test

import (
	"context"
	"fmt"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/price"
)

// A component embeds Config in its own configuration, and keeps a Book from its Start to its Shutdown.
func Example() {
	cfg := price.DefaultConfig()
	in, out, cached := 2.0, 8.0, 0.5
	cfg.Overrides = []price.Override{{Provider: "azure", Model: "our-deployment*", Input: &in, Output: &out, CacheRead: &cached}}
	book, err := price.NewBook(cfg, price.Notices{Failed: func(err error) { fmt.Println("Prices are not renewed:", err) }})
	if err != nil {
		panic(err)
	}
	if err := book.Start(context.Background()); err != nil {
		panic(err)
	}
	defer func() { _ = book.Shutdown(context.Background()) }()

	// The model that answered tells more than the one that was asked for; on Azure that is only a deployment.
	for _, model := range []string{"gpt-4o-2024-11-20", "our-deployment-7", "their-deployment"} {
		cost, ok := book.Cost(price.Query{
			Provider: "azure.ai.openai",
			Model:    model,
			At:       time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC),
			Tokens:   price.Tokens{Input: 2000, CacheRead: 1000, Output: 300},
		})
		if !ok {
			fmt.Println(model, "has no known price")
			continue
		}
		fmt.Printf("%s cost $%.5f (%t)\n", model, cost.USD, cost.Table == price.FromOverrides)
	}
	// Output:
	// gpt-4o-2024-11-20 cost $0.00675 (false)
	// our-deployment-7 cost $0.00490 (true)
	// their-deployment has no known price
}
