package main

import (
	"context"
	"time"

	"musharaka/modules/open311"
)

// programEvents plan what connects the Citizen Spaces of the demo with other
// programs: a key for an app, figures that are compared, and for the first of
// them a back office, which gets what visitors of the demo ask for. The back
// office comes last: what was invented before has its own story.
func (s *seeding) programEvents() []event {
	return []event{
		{at: s.mark.Now.AddDate(0, 0, -20), what: "other programs", do: s.connectPrograms},
		{at: s.mark.Now.Add(-30 * time.Minute), what: "a back office", do: s.connectOffice},
	}
}

// eachSpace visits the open Citizen Spaces with the officer who looks after them.
func (s *seeding) eachSpace(ctx context.Context, visit func(place, officer string) error) error {
	page, err := s.spaces.Spaces(ctx, "", 100)
	if err != nil {
		return err
	}
	officers := map[string]string{}
	for _, a := range s.data.Authorities {
		officers[a.ID] = a.Officer
	}
	for _, x := range page.Items {
		if officers[x.ID] == "" {
			continue
		}
		if err := visit(x.ID, officers[x.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeding) connectPrograms(ctx context.Context) error {
	return s.eachSpace(ctx, func(place, officer string) error {
		who, err := s.actor(ctx, officer)
		if err != nil {
			return err
		}
		if _, _, err = s.open311.CreateKey(ctx, who, place, inventedID("key of "+place), open311.KeyInput{Name: "تطبيق «مدينتي»", Contact: "apps@demo.example"}); err != nil {
			return err
		}
		return s.spaceData.Compare(ctx, who, place, true)
	})
}

// connectOffice sets the back office up that the demo answers for.
func (s *seeding) connectOffice(ctx context.Context) error {
	done := false
	return s.eachSpace(ctx, func(place, officer string) error {
		if done {
			return nil
		}
		done = true
		who, err := s.actor(ctx, officer)
		if err != nil {
			return err
		}
		codes := map[string]string{"lighting": "LIGHT", "roads": "ROAD", "cleanliness": "WASTE", "green": "GREEN"}
		if _, err = s.open311.SetPeer(ctx, who, place, open311.PeerInput{Endpoint: "https://" + demoOfficeHost + "/open311/v2", Key: "demo", Codes: codes}); err != nil {
			return err
		}
		if _, err = s.open311.TestPeer(ctx, who, place); err != nil {
			return err
		}
		_, err = s.open311.StartPeer(ctx, who, place)
		return err
	})
}
