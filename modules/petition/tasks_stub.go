package petition

// Task is something that must still follow from an act.
type Task struct {
	Kind string `bson:"kind"`
	Key  string `bson:"key"`
}
