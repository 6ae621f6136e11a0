"""From a CAD export to a log of calls: files, columns, stamps, units, rules, repairs, exposure."""
