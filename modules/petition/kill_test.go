package petition

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/store/sqlitestore"
)

// The signing process is this test binary, run again with these variables.
const (
	signerStore    = "MUSHARAKA_TEST_SIGNER_STORE"
	signerPetition = "MUSHARAKA_TEST_SIGNER_PETITION"
	signerRound    = "MUSHARAKA_TEST_SIGNER_ROUND"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(signerStore); path != "" {
		signUntilKilled(path, os.Getenv(signerPetition), os.Getenv(signerRound))
		return
	}
	os.Exit(m.Run())
}

// process stands in for a testing.T where there is none.
type process struct {
	testing.TB
	ctx context.Context
}

func (process) Helper()           {}
func (process) Cleanup(func())    {}
func (process) Fatal(args ...any) { fmt.Fprintln(os.Stderr, args...); os.Exit(3) }

// signUntilKilled signs for ever new people from 64 goroutines and says so
// after each acknowledged signature.
func signUntilKilled(path, petition, round string) {
	t := process{ctx: context.Background()}
	db, err := sqlitestore.Open(t.ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(round)
	w := worldOn(t, db, uint64(100+n), clock.NewFake(time.Now().Add(time.Duration(n)*time.Hour)))
	w.law.need = 400
	w.must(w.Start(t.ctx))
	var next atomic.Int64
	for range 64 {
		go func() {
			for {
				id := fmt.Sprintf("round%s-%d", round, next.Add(1))
				if _, err := w.Sign(t.ctx, citizen(id), petition, SignInput{Consent: "1", NamePublic: true}); err != nil {
					t.Fatal(err)
				}
				os.Stdout.WriteString(id + "\n")
			}
		}()
	}
	select {}
}

// TestAKilledProcessLosesNoAcknowledgedSignature kills -9 a process that
// signs, several times (MUSHARAKA_KILLS, 3 when not set), and each time looks
// for every signature it acknowledged.
func TestAKilledProcessLosesNoAcknowledgedSignature(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("MUSHARAKA_KILLS")); err == nil {
		rounds = n
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	id := ""
	var acknowledged []string
	for round := range rounds + 1 {
		db, err := sqlitestore.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		w := worldOn(t, db, uint64(200+round), clock.NewFake(time.Now().Add(time.Duration(round)*time.Hour)))
		w.law.need = 400
		if id == "" {
			id = w.opened("town").ID
		} else {
			lookFor(t, w, id, acknowledged)
		}
		w.must(w.Service.Stop(w.ctx))
		w.must(db.Close())
		if round < rounds {
			acknowledged = append(acknowledged, killWhileSigning(t, path, id, round)...)
		}
	}
	t.Logf("%d kills, %d acknowledged signatures", rounds, len(acknowledged))
}

// lookFor starts anew after a kill and compares everything.
func lookFor(t *testing.T, w *world, id string, acknowledged []string) {
	t.Helper()
	w.must(w.Start(w.ctx)) // an hour later by its clock: the killed writer is dead
	ids := make([]string, len(acknowledged))
	for i, person := range acknowledged {
		ids[i] = SignatureID(id, person)
	}
	kept, err := w.signatures.GetMany(w.ctx, ids)
	w.must(err)
	if len(kept) != len(ids) {
		t.Errorf("%d of %d acknowledged signatures are lost", len(ids)-len(kept), len(ids))
	}
	counted, err := w.countSignatures(w.ctx, id)
	w.must(err)
	w.wantTally(id, counted.Supporters, counted.Supporters)
	if counted.Supporters < int64(len(ids)) {
		t.Errorf("%d are counted, %d were acknowledged", counted.Supporters, len(ids))
	}
	w.must(w.sweepTasks(w.ctx))
	w.wantClean()
	if p := w.now(id); (p.State == Ready) != (counted.Valid >= 400) {
		t.Errorf("with %d valid signatures it is %s", counted.Valid, p.State)
	}
}

// killWhileSigning runs the signing process until it has acknowledged some
// hundred signatures, kills it, and returns all that it acknowledged.
func killWhileSigning(t *testing.T, path, id string, round int) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), signerStore+"="+path, signerPetition+"="+id, signerRound+"="+strconv.Itoa(round))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said = append(said, lines.Text())
		if len(said) == 150+37*round%400 {
			if err := child.Process.Kill(); err != nil { // SIGKILL: nothing of the child runs any more
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.Success() {
		t.Fatal("the signing process ended by itself")
	}
	if len(said) < 100 {
		t.Fatalf("the signing process failed after %d signatures", len(said))
	}
	return said
}
