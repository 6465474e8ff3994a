// Command websocket-client prints what happens in one execution until it is complete:
//
//	go run ./examples/websocket-client ws://localhost:8090/ws/executions/EXECUTION_ID
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/gorilla/websocket"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("write the address of one execution, such as ws://localhost:8090/ws/executions/EXECUTION_ID")
	}
	conn, _, err := websocket.DefaultDialer.Dial(os.Args[1], nil) // a header {"Authorization": {"Bearer TOKEN"}} where a token is asked for
	for complete := false; err == nil && !complete; {
		var frame struct {
			Complete bool
			Spans    []struct{ Name, State string }
		}
		err = conn.ReadJSON(&frame) // answers the server's pings, too
		for _, span := range frame.Spans {
			fmt.Println(span.State, span.Name)
		}
		complete = frame.Complete
	}
	if err != nil {
		log.Fatal(err)
	}
}
