package tally_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"musharaka/modules/budget/tally"
)

// metropolis invents an election as large as the largest ones that were held:
// popular and unpopular projects, districts whose people vote for what is near,
// 1 to 15 projects on a ballot, costs over three orders of magnitude. Nearly all
// ballots differ. unit is the number of minor units in one of the currency.
func metropolis(voters, projects int, unit int64) *tally.Election {
	r := rand.New(rand.NewPCG(130, 300))
	e := &tally.Election{Unit: 1}
	popularity := make([]float64, projects)
	for p := range projects {
		cost := int64(math.Exp(r.NormFloat64()*1.1+11)) / 100 * 100 * unit
		e.Projects = append(e.Projects, tally.Project{ID: fmt.Sprint("P", p), Cost: max(cost, 100*unit)})
		e.Budget += e.Projects[p].Cost
		popularity[p] = math.Exp(r.NormFloat64())
	}
	e.Budget /= 4
	const districts = 18
	sums := make([][]float64, districts)
	for d := range sums {
		total := 0.0
		for p, weight := range popularity {
			if p%districts == d {
				weight *= 25
			}
			total += weight
			sums[d] = append(sums[d], total)
		}
	}
	for range voters {
		sum := sums[r.IntN(districts)]
		var b tally.Ballot
		for range 1 + r.IntN(15) {
			x, p := r.Float64()*sum[projects-1], 0
			for sum[p] < x {
				p++
			}
			b.Votes = append(b.Votes, tally.Vote{Project: p, Points: 1})
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

// BenchmarkMetropolis counts 130,000 ballots on 300 projects, with Add1 in whole
// units, hundredths and thousandths.
func BenchmarkMetropolis(b *testing.B) {
	for _, unit := range []int64{1, 100, 1000} {
		e := metropolis(130_000, 300, unit)
		for _, rule := range []tally.Rule{tally.Greedy, tally.Phragmen, tally.MESCost, tally.MESCostAdd1, tally.MESCardAdd1, tally.MESCostAdd1Overspend} {
			b.Run(fmt.Sprintf("unit=%d/%s", unit, rule), func(b *testing.B) { count(b, e, rule) })
		}
	}
}

// BenchmarkPublic counts every real election by every rule that suits it.
func BenchmarkPublic(b *testing.B) {
	for name, want := range references(b) {
		f := load(b, name)
		for rule := range want.Rules {
			b.Run(name+"/"+string(rule), func(b *testing.B) { count(b, f.Election, rule) })
		}
	}
}

func count(b *testing.B, e *tally.Election, rule tally.Rule) {
	b.ReportAllocs()
	for b.Loop() {
		res, err := tally.Run(e, tally.Options{Rule: rule})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(res.Steps), "steps")
		b.ReportMetric(float64(res.Runs), "runs")
	}
}
