"""Copy-paste reproductions of a finding."""
