package tally

import (
	"cmp"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
)

// Rule is one way of counting, by the name under which an edition publishes it.
type Rule string

// The rules.
const (
	Greedy          Rule = "greedy"           // most points first, skipping what does not fit
	GreedyNoSkip    Rule = "greedy_noskip"    // most points first, until one does not fit
	GreedyThreshold Rule = "greedy_threshold" // greedy among those with the least score or more

	MESCost       Rule = "mes_cost"       // Equal Shares; a project is worth its cost to a supporter
	MESCard       Rule = "mes_card"       // every project is worth the same
	MESPoints     Rule = "mes_points"     // a project is worth the points given
	MESPointsCost Rule = "mes_pointscost" // points times cost
	MESCostU      Rule = "mes_cost_u"     // mes_cost, then greedy with what is left

	MESCostAdd1   Rule = "mes_cost_add1" // Add1 until nothing more fits
	MESCardAdd1   Rule = "mes_card_add1"
	MESPointsAdd1 Rule = "mes_points_add1"

	MESCostAdd1U   Rule = "mes_cost_add1u" // Add1, then greedy with what is left
	MESCardAdd1U   Rule = "mes_card_add1u"
	MESPointsAdd1U Rule = "mes_points_add1u"

	MESCostAdd1Overspend Rule = "mes_cost_add1_overspend" // Add1 until the next step would overspend
	MESCostAdd1UInt      Rule = "mes_cost_add1u_int"      // mes_cost_add1u from a share rounded down to a whole step

	Phragmen Rule = "phragmen" // sequential Phragmén
)

type family uint8

const (
	familyGreedy family = iota
	familyShares
	familyPhragmen
)

// method is what a rule's name stands for.
type method struct {
	family     family
	byCost     bool // utilities are multiplied by the cost
	weighted   bool // utilities are the points
	addOne     bool
	overspend  bool // Add1 goes on past exhaustive outcomes
	whole      bool // the first share is rounded down to a whole step
	completion bool // greedy with what is left
	noSkip     bool
	threshold  bool
}

var methods = map[Rule]method{
	Greedy:               {},
	GreedyNoSkip:         {noSkip: true},
	GreedyThreshold:      {threshold: true},
	MESCost:              {family: familyShares, byCost: true},
	MESCard:              {family: familyShares},
	MESPoints:            {family: familyShares, weighted: true},
	MESPointsCost:        {family: familyShares, weighted: true, byCost: true},
	MESCostU:             {family: familyShares, byCost: true, completion: true},
	MESCostAdd1:          {family: familyShares, byCost: true, addOne: true},
	MESCardAdd1:          {family: familyShares, addOne: true},
	MESPointsAdd1:        {family: familyShares, weighted: true, addOne: true},
	MESCostAdd1U:         {family: familyShares, byCost: true, addOne: true, completion: true},
	MESCardAdd1U:         {family: familyShares, addOne: true, completion: true},
	MESPointsAdd1U:       {family: familyShares, weighted: true, addOne: true, completion: true},
	MESCostAdd1Overspend: {family: familyShares, byCost: true, addOne: true, overspend: true},
	MESCostAdd1UInt:      {family: familyShares, byCost: true, addOne: true, completion: true, whole: true},
	Phragmen:             {family: familyPhragmen},
}

// Rules lists all rules, sorted by name.
func Rules() []Rule {
	var all []Rule
	for r := range methods {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}

// Criterion is one question of a tie order.
type Criterion string

// The criteria. Each one prefers: more points, the lower cost, the id that is
// smaller byte by byte ("10" before "9"), the smaller lot.
const (
	ByScore Criterion = "score"
	ByCost  Criterion = "cost"
	ByID    Criterion = "id"
	ByLot   Criterion = "lot"
)

// TieOrder says who goes first among projects that the rule itself finds equal.
// Where all its criteria are equal, the id decides.
type TieOrder []Criterion

// The two orders in use: that of the reference results, and the one recommended
// for elections of one's own, whose lot is drawn before the vote.
var (
	ScoreCostID  = TieOrder{ByScore, ByCost, ByID}
	CostScoreLot = TieOrder{ByCost, ByScore, ByLot}
)

// ParseTieOrder reads an order such as "score,cost,id". Anything but a list of
// different criteria is fault.Invalid.
func ParseTieOrder(s string) (TieOrder, error) {
	var order TieOrder
	for name := range strings.SplitSeq(s, ",") {
		c := Criterion(strings.TrimSpace(name))
		if !slices.Contains([]Criterion{ByScore, ByCost, ByID, ByLot}, c) || slices.Contains(order, c) {
			return nil, fault.New(fault.Invalid, "A tie order is a list of score, cost, id and lot.")
		}
		order = append(order, c)
	}
	return order, nil
}

// rank gives every project its place in the order.
func (t TieOrder) rank(p *poll) []int32 {
	order := make([]int, len(p.Projects))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &p.Projects[i], &p.Projects[j]
		for _, c := range t {
			d := 0
			switch c {
			case ByScore:
				d = cmp.Compare(p.score[j], p.score[i])
			case ByCost:
				d = cmp.Compare(a.Cost, b.Cost)
			case ByID:
				d = cmp.Compare(a.ID, b.ID)
			case ByLot:
				d = cmp.Compare(a.Lot, b.Lot)
			}
			if d != 0 {
				return d
			}
		}
		return cmp.Compare(a.ID, b.ID)
	})
	rank := make([]int32, len(order))
	for place, i := range order {
		rank[i] = int32(place)
	}
	return rank
}

// Options say how to count. The zero value but for Rule is a sound choice for
// an election of one's own, except that its ties go by score, cost and id.
type Options struct {
	Rule Rule
	Tie  TieOrder // nil means ScoreCostID
	// Step is what Add1 adds to every voter's share, in minor units; 0 means one
	// unit of the currency.
	Step int64
	// Compare adds the comparison step: if more voters prefer greedy's winners,
	// they are the result.
	Compare bool
	// FundUnsupported lets greedy and Phragmén spend what is left on projects
	// that nobody supports, as the reference implementations do.
	FundUnsupported bool
	// Stop, when not nil, is asked now and then whether to give up; Run then
	// returns a fault of kind Unavailable.
	Stop func() bool
}

func (o Options) check() (method, error) {
	m, known := methods[o.Rule]
	if !known {
		return m, fault.New(fault.Invalid, "There is no tally rule {rule}.", "rule", string(o.Rule))
	}
	if o.Step < 0 || o.Step > maxMoney {
		return m, fault.New(fault.Invalid, "The step is out of range.")
	}
	return m, nil
}
