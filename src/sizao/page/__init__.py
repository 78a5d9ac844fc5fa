"""What pages to print share: words in two languages, the skeleton with its style, charts as SVG."""
