//! Going on with the real kops after a run was cut or failed, on the lab.
