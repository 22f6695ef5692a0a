"""The superior's own form: judged when it is uploaded, shown to be bound, filled each period, checked before it is handed out."""
