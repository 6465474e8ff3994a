//go:generate go run . -o ../../docs/configuration.md

// Command configdoc writes the configuration reference, docs/configuration.md, from what the Collector itself reads: the
// configuration types of our components by reflection (keys, types, defaults), and the comments on their fields from the
// sources. A setting without a comment fails it, so no setting can be added without a word about it.
package main
