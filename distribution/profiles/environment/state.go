package environment

import (
	"errors"
	"io/fs"
	"os"
)

// storage is the extension that a profile gets where there is a folder for state.
const storage = "file_storage"

// state is the folder for what must outlive the process; empty: nothing does.
type state struct{ folder string }

func (v *variables) readState() state {
	folder, set := v.text(StateDir)
	if set == "" {
		return state{}
	}
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist): // it is made
	case err != nil:
		v.failf("%s: %w: name a folder that this process may write to", StateDir, err)
	case !info.IsDir():
		v.failf("%s is %s, which is a file: name a folder", StateDir, folder)
	}
	return state{folder: folder}
}

// extensions are those that a profile needs for s.
func (s state) extensions() []any {
	if s.folder == "" {
		return nil
	}
	return []any{storage}
}

// overlay opens the folder.
func (s state) overlay() map[string]any {
	if s.folder == "" {
		return nil
	}
	return map[string]any{"extensions": map[string]any{storage: map[string]any{"directory": literal(s.folder), "create_directory": true}}}
}

// ofStore carries the trace store over a graceful restart.
func (s state) ofStore() map[string]any {
	if s.folder == "" {
		return nil
	}
	return map[string]any{"exporters": map[string]any{"canvastrace": map[string]any{"storage": storage}}}
}

// keep puts a sending queue into the folder, so that what was accepted for a backend is sent even if the process is killed.
func (s state) keep(queue map[string]any) map[string]any {
	if s.folder != "" {
		queue["storage"] = storage
	}
	return queue
}
