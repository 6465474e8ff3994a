// Prints what happens in one execution until it is complete. Node 22 (Node 20: --experimental-websocket), or any browser:
//   node client.mjs ws://localhost:8090/ws/executions/EXECUTION_ID
// Where a token is asked for: new WebSocket(url, ["orcheo-auth", "bearer." + token])
const socket = new WebSocket(process.argv[2]);
socket.onmessage = (message) => {
  const frame = JSON.parse(message.data);
  for (const span of frame.spans) console.log(span.state, span.name);
  if (frame.complete) socket.close();
};
socket.onerror = () => { console.error("cannot watch " + process.argv[2]); process.exitCode = 1; };
