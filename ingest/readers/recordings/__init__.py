"""What was spoken: subtitles (SRT, VTT), and transcripts among plain texts, in sections that know their times."""
