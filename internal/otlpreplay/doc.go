// Package otlpreplay gives tests real OTLP input: requests as Orcheo's backend sent them, replayed with ids and times of
// their own, in any order, over every transport that the otlp receiver speaks, and what a viewer must see in the end.
//
//	c, _ := otlpreplay.Load("rich")
//	run := c.Fresh(seed, time.Now())           // new ids, present-day times, same intervals
//	sender, _ := otlpreplay.Dial(otlpreplay.GRPC, endpoints)
//	for _, request := range run.Arrange(otlpreplay.RootFirst) {
//		_ = sender.Send(ctx, request)
//	}
//	// now ask for run.Expect.ExecutionID and compare with run.Expect
//
// Everything that is drawn is drawn from the seed, so a failure can be repeated. It is for tests only.
package otlpreplay
