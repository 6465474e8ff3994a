// Package price tells what a model call cost, in US dollars, by a table of prices.
//
// The table is that of pydantic/genai-prices (MIT, data/LICENSE): one is compiled in (Embedded), a file can stand in for it
// and is followed while it changes (Book), and configuration overrides single models (Override). Nothing is fetched.
// Package genaiprices has its form; `make update-prices` renews it.
//
// Providers, models, dates, times of the day and tiers are decided by the table's rules, in the way its authors' own library
// does; the tests compare the two. What is decided here is what a provider may be called (providers.go), and that what is
// not known has no cost rather than a cost of 0.
//
// Names and figures come from spans, and anybody may send those: looking up a name does bounded work and remembers a
// bounded number of names, and a cost is finite and not negative whatever the figures are.
package price
