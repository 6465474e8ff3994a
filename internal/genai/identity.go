package genai

import (
	"slices"
	"strings"
)

// readIdentity reads what joins the span to a conversation, a workflow and a node.
func (r *Reader) readIdentity() {
	read := &r.reading
	agent := ""
	if r.about&aboutIdentity != 0 {
		for rest := read.spoken & r.worded; rest != 0; rest = rest.others() {
			d := &r.engine.dialects[rest.first()]
			r.fill(&read.Thread, &d.thread)
			r.fill(&read.WorkflowID, &d.workflowID)
			r.fill(&read.WorkflowName, &d.workflowName)
			r.fill(&read.NodeID, &d.nodeID)
			r.fill(&read.NodeName, &d.nodeName)
			r.fill(&agent, &d.agentName)
			if read.ModelCall {
				r.fill(&read.ResponseID, &d.responseID)
			}
		}
	}
	switch {
	case read.NodeName != "":
	case read.Kind == KindAgent:
		read.NodeName = agent
	case read.Kind == KindTool:
		read.NodeName = read.Tool.Name
	}
}

// fill reads a text that no dialect before has.
func (r *Reader) fill(text *string, s *spellings) {
	if *text == "" {
		*text = r.first(s)
	}
}

// Bounds of artifacts: ids and addresses, never contents.
const (
	maxArtifacts      = 64
	maxArtifactLength = 512
)

// readArtifacts collects the ids and addresses of files that the span names: under keys of the tables, and in messages.
func (r *Reader) readArtifacts() {
	if r.about&aboutArtifacts != 0 {
		for rest := r.reading.spoken & r.worded; rest != 0; rest = rest.others() {
			for _, ref := range r.engine.dialects[rest.first()].artifacts.refs {
				if _, there := r.value(ref.slot); there {
					r.artifactsIn(r.decode(ref), 0)
				}
			}
		}
	}
	for _, m := range r.reading.Messages {
		if !m.Sent {
			r.artifactsOf(m.body, 0)
		}
	}
}

// artifactsIn adds a text, an object with an id, or a list of them.
func (r *Reader) artifactsIn(v value, depth int) {
	switch v.kind() {
	case typeText, typeEscaped, typeLiteral:
		r.addArtifact(v.str())
	case typeObject:
		r.addArtifact(v.get("id", "document.id", "uri", "url").str())
	case typeList:
		for element := range v.all {
			if depth == 0 {
				r.artifactsIn(element, depth+1)
			}
		}
	}
}

// artifactsOf adds the files that the parts of a message refer to.
func (r *Reader) artifactsOf(v value, depth int) {
	if depth > maxUnpack {
		return
	}
	switch v.kind() {
	case typeList:
		for part := range v.all {
			r.artifactsOf(part, depth+1)
		}
	case typeObject:
		if v.plainPart() {
			return
		}
		kind := partTypeOf(v)
		if kind == partMedia || kind == partOther && v.get("message_content").exists() {
			r.addArtifact(fileOf(v))
		}
		if kind == partOther {
			r.artifactsOf(v.get("parts", "content", "contents", "message", "message_content"), depth+1)
		}
	}
}

// plainPart tells the part that nearly all are: an object of the type text and of a text, and nothing else.
func (v value) plainPart() bool {
	nodes := v.tree.nodes
	first := nodes[v.at].first
	if first == 0 || nodes[first].key != "type" || nodes[first].kind != typeText || nodes[first].text != "text" {
		return false
	}
	second := nodes[first].next
	return second != 0 && nodes[second].next == 0 && nodes[second].kind == typeText && (nodes[second].key == "content" || nodes[second].key == "text")
}

// fileOf is the id or the address of the file of a part.
func fileOf(part value) string {
	if _, _, inner := wrapped(part); inner.exists() {
		part = inner
	}
	for range maxUnpack {
		if id := part.get("file_id", "fileId", "uri", "file_uri", "fileUri", "url"); id.isText() {
			return id.str()
		}
		part = part.get("source", "image_url", "image", "audio", "file", "document", "video", "message_content")
		if part.isText() {
			return part.str()
		}
	}
	return ""
}

func (r *Reader) addArtifact(id string) {
	list := &r.reading.Artifacts
	if isBlank(id) || len(id) > maxArtifactLength || len(*list) >= maxArtifacts || strings.HasPrefix(id, "data:") || strings.ContainsAny(id, " \n") {
		return
	}
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
	}
}
