-- Workers take longer to start than the few candidates of a hash take to read.
alter function ssdeep_grams(text) parallel restricted;
