"""The accounts that can be seeded, each one VPC set-up that kopswain must read rightly."""

from . import gateways, neighbours, routes, space, vpcs

DEFAULT_COUNT = 50

ALL = {
    world.__name__.replace("_", "-"): world
    for family in (vpcs, gateways, space, routes, neighbours)
    for world in family.WORLDS
}
