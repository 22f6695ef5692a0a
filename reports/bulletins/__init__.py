"""The bulletin and the monthly report: what they are told from, how their text is proposed, checked, and set on paper."""
