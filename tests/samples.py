"""Small files that are right, of which bad ones are made."""

ZONES = """zone,share,agency,latitude,longitude
N,0.5,a,34.1,-118.2
S,0.3,b,34.0,-118.3
E,0.2,a,34.0,-118.1
"""
CALLS = "zone;calls\nN;100\nS;50\nE;20\n"
MATRIX = ",N,S,E\nN,5,12,9\nS,12,4,11\nE,9,11,6\n"
LONG = "fromId,toId,travel_time_p50\n" + "".join(f"{a},{b},9\n" for a in "NSE" for b in "NSE")
OSRM = """{"code": "Ok", "durations": [[60, 300, 240], [300, 60, 500], [240, 500, 60]],
"sources": [{"name": "N"}, {"name": "S"}, {"name": "E"}]}"""
SCENARIO = """coresponder: 1
program: generic
city: ''
plans: ['2', '1']
roster:
- {teams: 2, start: '07:00', hours: 8, days: weekdays}
"""
LOG = "Incident,Call Type,District,Received,Dispatched,On Scene,Cleared\n" + "".join(
    f"{n},MENTAL HEALTH CRISIS,North,2024-01-{1 + n % 28:02} 09:0{n % 9},,,\n" for n in range(40)
)
