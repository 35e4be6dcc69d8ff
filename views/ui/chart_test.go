package ui_test

import (
	"strings"
	"testing"

	"musharaka/views/ui"
)

func chart(t *testing.T, c ui.ChartSpec) string {
	t.Helper()
	return rendered(t, ui.Chart(framed(english{}, "", "/"), c))
}

func TestAChartShowsEveryNumberInATable(t *testing.T) {
	points := []ui.ChartPoint{{Label: "North", Value: 1200, Second: 700}, {Label: "South", Text: "fewer than 5", Second: 9}}
	for _, kind := range []ui.ChartKind{ui.ChartBars, ui.ChartColumns, ui.ChartLine} {
		doc := parsed(t, ui.Chart(framed(english{}, "", "/"), ui.ChartSpec{Kind: kind, Title: "Costs", Label: "Zone", Series: []string{"Committed", "Paid"}, Format: ui.ChartMoney, Currency: "TND", Points: points}))
		text := doc.Find("table").Text()
		for _, want := range []string{"Costs", "Zone", "Committed", "Paid", "North", "1200 TND", "700 TND", "fewer than 5", "9 TND"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q: the table lacks %s", kind, want)
			}
		}
		if kind != ui.ChartBars && doc.Find("svg[role=img] > title").Text() != "Costs" {
			t.Errorf("%q: the drawing has no name", kind)
		}
	}
}

func TestTheLargestBarFillsItsPlaceAndTheSmallestIsSeen(t *testing.T) {
	html := chart(t, ui.ChartSpec{Points: []ui.ChartPoint{{Value: 1_000_000}, {Value: 1}, {Value: 0}, {Value: -7}}})
	if got := strings.Count(html, `<rect class="s1"`); got != 2 {
		t.Errorf("%d bars, want 2", got)
	}
	for _, want := range []string{`width="1000" height="10"></rect>`, `width="4" height="10"`} {
		if !strings.Contains(html, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestAShareFillsAsMuchOfItsPlaceAsItIs(t *testing.T) {
	html := chart(t, ui.ChartSpec{Whole: 10_000, Points: []ui.ChartPoint{{Value: 5_000}}})
	if !strings.Contains(html, `width="500" height="10"></rect>`) {
		t.Errorf("a half is not half as wide: %s", html)
	}
}

func TestAThresholdAboveAllValuesIsStillInTheChart(t *testing.T) {
	html := chart(t, ui.ChartSpec{Points: []ui.ChartPoint{{Value: 50}}, Marker: ui.ChartMarker{Label: "Threshold", Value: 200}})
	for _, want := range []string{`d="M1000 -3v16"`, `width="250"`, "Threshold <b>200</b>"} {
		if !strings.Contains(html, want) {
			t.Errorf("lacks %s", want)
		}
	}
	html = chart(t, ui.ChartSpec{Kind: ui.ChartLine, Points: []ui.ChartPoint{{Value: 50}, {Value: 100}}, Marker: ui.ChartMarker{Label: "Threshold", Value: 200}})
	for _, want := range []string{`d="M0 375L1000 250"`, `d="M0 0H1000"`} {
		if !strings.Contains(html, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestAValueKeptBackInterruptsTheLine(t *testing.T) {
	html := chart(t, ui.ChartSpec{Kind: ui.ChartLine, Points: []ui.ChartPoint{{Value: 10}, {Value: 10}, {Text: "fewer than 5"}, {Value: 10}, {Value: 0}}})
	if want := `class="line s1" d="M0 0L250 0M750 0L1000 500"`; !strings.Contains(html, want) {
		t.Errorf("lacks %s: %s", want, html)
	}
}

func TestAnAxisEndsAtARoundNumberNotFarAboveTheValues(t *testing.T) {
	for value, want := range map[int64]string{0: "2", 1: "2", 3: "4", 41: "50", 99: "100", 101: "200", 610: "800", 1_000_001: "2000000", 9_000_000_000_000_000: "10000000000000000"} {
		html := chart(t, ui.ChartSpec{Kind: ui.ChartColumns, Points: []ui.ChartPoint{{Value: value}}})
		if !strings.Contains(html, "<span>"+want+"</span>") {
			t.Errorf("the axis for %d does not end at %s", value, want)
		}
	}
}

func TestNoFiguresAreSaidInASentence(t *testing.T) {
	for _, kind := range []ui.ChartKind{ui.ChartBars, ui.ChartColumns, ui.ChartLine} {
		html := chart(t, ui.ChartSpec{Kind: kind, Title: "Votes"})
		if strings.Contains(html, "<svg") || strings.Contains(html, "<table") || !strings.Contains(html, "There are no figures yet.") {
			t.Errorf("%q: %s", kind, html)
		}
	}
}

func TestPointsApartHaveTheOtherColourAndTheLegendSaysWhy(t *testing.T) {
	html := chart(t, ui.ChartSpec{Series: []string{"Funded"}, Apart: "Not funded", Points: []ui.ChartPoint{{Value: 9}, {Value: 5, Apart: true}}})
	for _, want := range []string{`<rect class="s1"`, `<rect class="s2"`, `<li class="s1">Funded</li>`, `<li class="s2">Not funded</li>`} {
		if strings.Count(html, want) != 1 {
			t.Errorf("%s stands there %d times", want, strings.Count(html, want))
		}
	}
}
