"""The desk: what officers do with each kind of record on its pages, one file for each noun.

A list, a record's page and its workbook come from the ledgers; from here come the forms that make and change a record and the
buttons of the verbs that move it on. Every button ends in a method of the model, so a rule is asked in one place.
"""

from inspections.desk.case import CASE
from inspections.desk.certificate import CERTIFICATE, RECALL
from inspections.desk.coordination import ASSIGNMENT, COORDINATION_EVENT
from inspections.desk.deadline import DEADLINE
from inspections.desk.declare import open_desk
from inspections.desk.interview import INTERVIEW, INTERVIEWED_ENTITY
from inspections.desk.joint import EXPOSURE, HANDOVER, JOINT_TEAM, OPERATION
from inspections.desk.lead import LEAD
from inspections.desk.letter import LETTER
from inspections.desk.listing import LISTING, LISTING_CHECK, MONITORING_RUN
from inspections.desk.order import ORDER
from inspections.desk.outreach import DUTY, OUTREACH_EVENT, PUBLICITY, TRAINING
from inspections.desk.penalty import PENALTY
from inspections.desk.sampling import SAMPLING_BATCH, SAMPLING_PLAN
from inspections.desk.seizure import SEIZED_ITEM, SEIZURE

open_desk(LEAD, CASE, PENALTY, SEIZURE, SEIZED_ITEM, DEADLINE)
open_desk(INTERVIEW, INTERVIEWED_ENTITY, ORDER, LETTER, SAMPLING_PLAN, SAMPLING_BATCH)
open_desk(OPERATION, JOINT_TEAM, HANDOVER, EXPOSURE, COORDINATION_EVENT, ASSIGNMENT)
open_desk(TRAINING, PUBLICITY, OUTREACH_EVENT, DUTY)
open_desk(MONITORING_RUN, LISTING, LISTING_CHECK, CERTIFICATE, RECALL)
