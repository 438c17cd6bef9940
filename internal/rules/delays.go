package rules

import "time"

// Withdrawal is the delays of a withdrawal request.
type Withdrawal struct {
	Confirm    time.Duration // a token holds so long
	CoolingOff time.Duration // a confirmed request may be taken back so long
	Identity   time.Duration // a former address may object so long to a new one
	Reference  time.Duration // a request waits so long to be told what it is about
}

// withdrawalFile is the key withdrawal of desk.yaml.
type withdrawalFile struct {
	ConfirmDays     int `yaml:"confirm_days" required:"true" doc:"Combien de jours une demande de confirmation reste valable."`
	CoolingOffHours int `yaml:"cooling_off_hours" required:"true" doc:"Combien d’heures l’auteur peut revenir sur une demande confirmée."`
	IdentityDays    int `yaml:"identity_days" required:"true" doc:"Combien de jours l’ancienne adresse d’un auteur peut s’opposer à la nouvelle."`
	ReferenceDays   int `yaml:"reference_days" required:"true" doc:"Combien de jours une demande attend la référence qui lui manque."`
}

// mostDays bounds every delay.
const mostDays = 90

// checkDelays looks at the delays of withdrawals.
func (s *source) checkDelays(w withdrawalFile) {
	for _, d := range []struct {
		key   string
		value int
		most  int
	}{
		{"confirm_days", w.ConfirmDays, mostDays},
		{"cooling_off_hours", w.CoolingOffHours, mostDays * 24},
		{"identity_days", w.IdentityDays, mostDays},
		{"reference_days", w.ReferenceDays, mostDays},
	} {
		at := "withdrawal." + d.key
		if s.Has(at) && (d.value < 1 || d.value > d.most) {
			s.Fault(at, "%s is %d; accepted: 1 to %d", d.key, d.value, d.most)
		}
	}
}

func (w withdrawalFile) delays() Withdrawal {
	const day = 24 * time.Hour
	return Withdrawal{
		Confirm: time.Duration(w.ConfirmDays) * day, CoolingOff: time.Duration(w.CoolingOffHours) * time.Hour,
		Identity: time.Duration(w.IdentityDays) * day, Reference: time.Duration(w.ReferenceDays) * day,
	}
}
